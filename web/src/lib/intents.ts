// Idempotency keys. What somebody wants is sent with the same key until its answer is known, also after a reload of the page, so that
// nobody is booked twice because an answer was lost on the way.

/** What the browser's sessionStorage offers. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** The API knows a key for 24 hours. After that the same request is a new one. */
const KNOWN_MS = 23 * 60 * 60 * 1000;
const PREFIX = "vaxslot.intent.";

interface Note {
    key: string;
    at: number;
}

export class Intents {
    constructor(
        private readonly shelf: Shelf,
        private readonly now: () => number,
        private readonly fresh: () => string,
    ) {}

    /** The key for this request: the one it was sent with before, if that has no answer yet. */
    async key(request: string): Promise<string> {
        const place = await placeOf(request);
        const note = read(this.shelf.getItem(place));
        if (note && this.now() - note.at < KNOWN_MS) return note.key;
        const key = this.fresh();
        this.shelf.setItem(place, JSON.stringify({ key, at: this.now() } satisfies Note));
        return key;
    }

    /** The answer is known: the same request is another one from now on. */
    async settle(request: string): Promise<void> {
        this.shelf.removeItem(await placeOf(request));
    }
}

/** A digest, because a request may hold names and numbers that have no business in the browser's storage. */
async function placeOf(request: string): Promise<string> {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(request));
    return PREFIX + Array.from(new Uint8Array(digest).slice(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function read(text: string | null): Note | null {
    try {
        const note: unknown = JSON.parse(text ?? "null");
        return typeof note === "object" && note !== null && "key" in note && "at" in note ? (note as Note) : null;
    } catch {
        return null;
    }
}

/** A booking that has no answer yet, or waits in the queue. It holds ids, and no names. */
export interface Pending {
    readonly path: "/v1/appointments" | "/v1/holds";
    readonly body: { session_id: string; slot: string; dose: number; beneficiaries: string[] };
    /** Once it is queued. */
    readonly ticket?: string;
}

const PENDING = "vaxslot.pending";

export function remember(shelf: Shelf, pending: Pending | null): void {
    if (pending) shelf.setItem(PENDING, JSON.stringify(pending));
    else shelf.removeItem(PENDING);
}

export function recall(shelf: Shelf): Pending | null {
    try {
        return JSON.parse(shelf.getItem(PENDING) ?? "null") as Pending | null;
    } catch {
        return null;
    }
}
