// How somebody wants to be told, as the form has it and as the API does.
import type { MessageChannel, MessageLanguage, NewPreferences, Preferences } from "../../.generated/api.ts";
import { isEmail } from "./email.ts";
import type { Key } from "./i18n.ts";
import type { Refusal } from "./problem.ts";

export const CHANNELS: readonly MessageChannel[] = ["SMS", "EMAIL", "WHATSAPP"];
/** As the API has it: longer ones would leave no time to tell anybody of tomorrow. */
const MOST_QUIET_MINUTES = 14 * 60;

export interface Draft {
    readonly told: boolean;
    readonly language: MessageLanguage;
    readonly channels: readonly MessageChannel[];
    readonly email: string;
    readonly quiet: boolean;
    readonly from: string;
    readonly to: string;
}

export type Place = "channels" | "email" | "quiet";

export function draftOf(saved: Preferences): Draft {
    const { language, channels, email, opted_out, quiet_hours } = saved;
    return {
        told: !opted_out, language, channels, email: email ?? "",
        quiet: quiet_hours !== null, from: quiet_hours?.from ?? "21:30", to: quiet_hours?.to ?? "07:00",
    };
}

/** Who wants no messages keeps what was said before, for the day that they want some again. An address that nothing goes to is not kept. */
export function wanted(draft: Draft, saved: Preferences): Required<NewPreferences> & Preferences {
    if (!draft.told) return { ...saved, opted_out: true };
    const { language, channels, from, to } = draft;
    const email = channels.includes("EMAIL") ? draft.email.trim() : null;
    return { language, channels: [...channels], email, opted_out: false, quiet_hours: draft.quiet ? { from, to } : null };
}

export function faultsIn(draft: Draft): Partial<Record<Place, Key>> {
    if (!draft.told) return {};
    return {
        ...(draft.channels.length === 0 && { channels: "messages.noChannel" as const }),
        ...(draft.channels.includes("EMAIL") && !isEmail(draft.email.trim()) && { email: "badEmail" as const }),
        ...(draft.quiet && !isQuiet(draft.from, draft.to) && { quiet: "messages.badQuiet" as const }),
    };
}

function isQuiet(from: string, to: string): boolean {
    const [begin, end] = [minuteOf(from), minuteOf(to)];
    const minutes = (end - begin + 1440) % 1440;
    return minutes >= 1 && minutes <= MOST_QUIET_MINUTES;
}

/** Not a number where it is no time. */
function minuteOf(time: string): number {
    const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
    return Number(hours) * 60 + Number(minutes);
}

const POINTERS: readonly (readonly [string, Place, Key])[] = [
    ["/channels", "channels", "messages.noChannel"],
    ["/email", "email", "badEmail"],
    ["/quiet_hours", "quiet", "messages.badQuiet"],
];

/** At which fields a refusal is to be said; null where it is of none of them. */
export function faultsOf({ slug, members }: Refusal): Partial<Record<Place, Key>> | null {
    const pointer = String(members["pointer"] ?? "");
    const found = slug === "invalid-body" && POINTERS.find(([path]) => pointer === path || pointer.startsWith(`${path}/`));
    return found ? { [found[1]]: found[2] } : null;
}
