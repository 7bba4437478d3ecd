import * as z from "zod";

const isPlausible = (at: string) => at >= "1970";
const FLOOR = "a moment since 1970";

/** A moment that somebody gives (ISO 8601, UTC): years that no database or chart can hold are refused. */
export const Moment = z.iso.datetime().refine(isPlausible, FLOOR);

/** The same, at any offset from UTC, as other programs send it. */
export const OffsetMoment = z.iso.datetime({ offset: true }).refine(isPlausible, FLOOR);
