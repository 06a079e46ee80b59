// Asking again and again without being a burden: slower while nothing changes, much slower after failures, never while nobody looks.

export interface Pace {
    /** Between two questions while answers change, in seconds. */
    readonly fastest: number;
    /** The longest that an unchanged answer lets it wait. */
    readonly slowest: number;
}

export type Look = "changed" | "unchanged" | { failed: true; retryAfter: number | null };

/** The longest wait after failures, in seconds. */
const LONGEST = 120;

/** How long to wait, and how many looks in a row were dull or failed. `chance` is in [0, 1). */
export function next(pace: Pace, look: Look, before: number, chance: number): { wait: number; row: number } {
    if (look === "changed") return { wait: spread(pace.fastest, chance), row: 0 };
    if (look === "unchanged") {
        const row = Math.max(0, before) + 1;
        return { wait: spread(Math.min(pace.slowest, pace.fastest * 1.25 ** row), chance), row };
    }
    // Failures are counted below zero, so that the first good answer starts anew.
    const row = Math.min(0, before) - 1;
    const backoff = Math.min(LONGEST, pace.fastest * 2 ** -row);
    return { wait: Math.max(look.retryAfter ?? 0, spread(backoff, chance)), row };
}

/** Up to a fifth later, so that pages that were opened together do not ask together. */
function spread(seconds: number, chance: number): number {
    return seconds * (1 + chance / 5);
}

export interface Surroundings {
    later(run: () => void, seconds: number): () => void;
    hidden(): boolean;
    /** Calls back whenever the page is shown or hidden, or the line comes back. Returns how to stop that. */
    onChange(run: () => void): () => void;
    chance(): number;
}

export const browser: Surroundings = {
    later(run, seconds) {
        const timer = setTimeout(run, seconds * 1000);
        return () => clearTimeout(timer);
    },
    hidden: () => document.hidden,
    onChange(run) {
        document.addEventListener("visibilitychange", run);
        window.addEventListener("online", run);
        return () => {
            document.removeEventListener("visibilitychange", run);
            window.removeEventListener("online", run);
        };
    },
    chance: Math.random,
};

/** Looks at once and then again and again until it is stopped; not while the page is hidden. */
export function poll(look: () => Promise<Look>, pace: Pace, around: Surroundings = browser): () => void {
    let stopped = false;
    let looking = false;
    let row = 0;
    let cancel: (() => void) | null = null;

    async function once(): Promise<void> {
        cancel = null;
        looking = true;
        const seen = await look();
        looking = false;
        if (stopped) return;
        const then = next(pace, seen, row, around.chance());
        row = then.row;
        if (!around.hidden()) cancel = around.later(() => void once(), then.wait);
    }

    function wake(): void {
        if (around.hidden()) {
            cancel?.();
            cancel = null;
        } else if (!looking && !stopped && (cancel === null || row < 0)) {
            cancel?.();
            void once();
        }
    }

    const quiet = around.onChange(wake);
    void once();
    return () => {
        stopped = true;
        cancel?.();
        quiet();
    };
}
