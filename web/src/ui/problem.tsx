// Refusals in the person's language, with what helps.
import type { Formats } from "../lib/format.ts";
import type { Key, Translate, Values } from "../lib/i18n.ts";
import { isRecord, type Refusal } from "../lib/problem.ts";
import { useApp } from "./app.tsx";

/** Faults of the pages themselves, which the person can do nothing about. */
const OURS = new Set([
    "malformed-json", "unexpected-body", "unsupported-media-type", "invalid-idempotency-key", "no-such-route", "method-not-allowed",
    "direct-request", "place-required", "key-reused", "unknown",
]);

export function textOf(refusal: Refusal, t: Translate, f: Formats): string {
    return t(keyOf(refusal), valuesOf(refusal, t, f));
}

export function keyOf({ slug, members }: Refusal): Key {
    if (OURS.has(slug)) return "problem.ours";
    if (slug === "dose-out-of-order" && !members["due"]) return "problem.schedule-complete";
    if (slug === "queueing" && !members["until"]) return "problem.queueing-open";
    return `problem.${slug}` as Key;
}

function valuesOf(refusal: Refusal, t: Translate, f: Formats): Values {
    const values: Record<string, string | number> = { detail: refusal.detail, wait: refusal.retryAfter ?? 5 };
    for (const [name, value] of Object.entries(refusal.members)) {
        if (name === "ended_as") values[name] = t(`status.${String(value)}` as Key);
        else if (typeof value === "number") values[name] = f.number(value);
        else if (typeof value === "string") values[name] = readable(value, f);
        else if (Array.isArray(value) && !value.some(isRecord)) values[name] = value.join(", ");
    }
    return values;
}

function readable(value: string, f: Formats): string {
    if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return f.day(value);
    return /^\d{4}-\d{2}-\d{2}T/.test(value) ? f.instant(value) : value;
}

/** Read out at once. */
export function Problem({ refusal, again }: { refusal: Refusal | null; again?: () => void }) {
    const { t, f } = useApp();
    if (!refusal) return null;
    return (
        <div class="notice bad" role="alert">
            <p>{textOf(refusal, t, f)}</p>
            {again && (
                <button type="button" onClick={again}>
                    {t("again")}
                </button>
            )}
        </div>
    );
}
