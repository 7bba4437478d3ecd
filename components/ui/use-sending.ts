"use client";
import { useRef, useState } from "react";

/**
 * Something that a press sends: whether it is on its way, and what went wrong with it. While it is, a
 * second press sends nothing; nothing is ever sent again by itself.
 */
export function useSending<Input = void>(send: (input: Input) => Promise<unknown>) {
  const [state, setState] = useState<{ isPending: boolean; error: unknown }>({
    ...{ isPending: false, error: null },
  });
  const isSending = useRef(false);
  const start = async (input: Input) => {
    if (isSending.current) return;
    isSending.current = true;
    setState({ isPending: true, error: null });
    try {
      await send(input);
      setState({ isPending: false, error: null });
    } catch (error) {
      setState({ isPending: false, error });
    } finally {
      isSending.current = false;
    }
  };
  return { ...state, send: (input: Input) => void start(input) };
}
