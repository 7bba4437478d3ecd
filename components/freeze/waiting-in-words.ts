/** "No delivery waits", "1 delivery waits", "3 deliveries wait". */
export function waitingInWords(waiting: number): string {
  if (waiting === 0) return "No delivery waits";
  return waiting === 1 ? "1 delivery waits" : `${waiting} deliveries wait`;
}
