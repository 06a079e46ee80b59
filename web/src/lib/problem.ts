// What the API says when it refuses (RFC 9457), and what may be done then.
import type { Slug } from "../../.generated/api.ts";

const PREFIX = "urn:vaxslot:problem:";

/** A refusal, or no answer at all. */
export class Refusal extends Error {
    constructor(
        /** `offline` where no answer came. */
        readonly slug: Slug | "offline" | "unknown",
        readonly status: number,
        readonly detail: string,
        readonly members: Readonly<Record<string, unknown>>,
        /** After how many seconds to ask again, if the answer says. */
        readonly retryAfter: number | null,
    ) {
        super(slug);
    }

    static offline(): Refusal {
        return new Refusal("offline", 0, "", {}, null);
    }

    static read(status: number, body: unknown, retryAfter: string | null): Refusal {
        const document = isRecord(body) ? body : {};
        const type = String(document["type"] ?? "");
        const slug = type.startsWith(PREFIX) ? (type.slice(PREFIX.length) as Slug) : fallback(status);
        return new Refusal(slug, status, String(document["detail"] ?? ""), document, seconds(retryAfter));
    }
}

/** What gateways answer themselves has no type of ours. */
function fallback(status: number): Slug | "unknown" {
    if (status === 401) return "unauthorized";
    if (status === 403) return "forbidden";
    if (status === 429) return "too-many-requests";
    if (status === 413) return "body-too-large";
    if (status === 502 || status === 503 || status === 504) return "outcome-unknown";
    return status >= 500 ? "internal" : "unknown";
}

export function seconds(header: string | null): number | null {
    const value = header === null || header.trim() === "" ? NaN : Number(header);
    return Number.isFinite(value) && value >= 0 ? value : null;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a refused write means for its idempotency key. */
export type Outcome =
    /** The answer is known, and would be the same again: the next request is another one. */
    | "answered"
    /** Nothing was carried out: asking again may help. */
    | "nothing-done"
    /** Nobody knows. Only the same key may be sent again. */
    | "unknown";

export function outcomeOf(refusal: Refusal): Outcome {
    switch (refusal.slug) {
        case "offline":
        case "outcome-unknown":
        case "internal":
        case "request-in-progress":
            return "unknown";
        case "busy":
        case "too-many-requests":
        case "unauthorized":
        case "login-ended":
            return "nothing-done";
        default:
            return "answered";
    }
}
