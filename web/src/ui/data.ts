// Answers of the API in components.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Answer } from "../lib/api.ts";
import { type Pace, poll } from "../lib/polling.ts";
import { Refusal } from "../lib/problem.ts";

export interface Live<T> {
    readonly data: T | null;
    /** Why the last look failed; `data` is then older. */
    readonly refusal: Refusal | null;
    /** When the data was last known to be true. */
    readonly at: Date | null;
}

export const AVAILABILITY: Pace = { fastest: 4, slowest: 20 };
export const FIGURES: Pace = { fastest: 10, slowest: 60 };

/** Looks again and again, from anew when `key` changes; not at all while it is null. */
export function useLive<T>(key: string | null, look: () => Promise<{ data: T; tag: string }>, pace: Pace): Live<T> & { again: () => void } {
    const [live, set] = useState<Live<T>>({ data: null, refusal: null, at: null });
    const [round, again] = useState(0);
    const latest = useRef(look);
    latest.current = look;
    useEffect(() => {
        set({ data: null, refusal: null, at: null });
        if (key === null) return undefined;
        let seen: string | null = null;
        let over = false;
        const stop = poll(async () => {
            try {
                const { data, tag } = await latest.current();
                if (over) return "unchanged";
                const changed = tag !== seen;
                seen = tag;
                set((before) => ({ data: changed ? data : before.data, refusal: null, at: new Date() }));
                return changed ? "changed" : "unchanged";
            } catch (error) {
                if (!(error instanceof Refusal)) throw error;
                if (!over) set((before) => ({ ...before, refusal: error }));
                return { failed: true, retryAfter: error.retryAfter };
            }
        }, pace);
        return () => {
            over = true;
            stop();
        };
    }, [key, round, pace]);
    return { ...live, again: () => again((count) => count + 1) };
}

/** The tag of an answer, or of its content where it has none. */
export function tagged<T>(answer: Answer<T>): { data: T; tag: string } {
    return { data: answer.body, tag: answer.tag ?? JSON.stringify(answer.body) };
}

/** Looks once, and again when `key` changes or somebody asks for it. */
export function useOnce<T>(key: string | null, look: () => Promise<T>): { data: T | null; refusal: Refusal | null; again: () => void } {
    const [state, set] = useState<{ data: T | null; refusal: Refusal | null }>({ data: null, refusal: null });
    const [round, again] = useState(0);
    const latest = useRef(look);
    latest.current = look;
    useEffect(() => {
        let over = false;
        if (key === null) {
            set({ data: null, refusal: null });
            return undefined;
        }
        latest.current().then(
            (data) => over || set({ data, refusal: null }),
            (error: unknown) => {
                if (!(error instanceof Refusal)) throw error;
                if (!over) set((before) => ({ ...before, refusal: error }));
            },
        );
        return () => {
            over = true;
        };
    }, [key, round]);
    return { ...state, again: () => again((count) => count + 1) };
}
