// Where somebody has drilled down to, as the address of the page says it.
import { addDays } from "../lib/format.ts";

/** What the date is: the day that appointments are for, or the one on which they were made. */
export const BY = ["appointment_day", "booking_day"] as const;
export type By = (typeof BY)[number];

export interface Place {
    readonly date: string;
    readonly by: By;
    readonly state: string | null;
    readonly district: string | null;
    readonly center: string | null;
    readonly session: string | null;
}

export const LEVELS = ["state", "district", "center", "session"] as const;
export type Level = (typeof LEVELS)[number];

export function placeOf(query: URLSearchParams, today: string): Place {
    const date = query.get("date") ?? "";
    return {
        date: /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : today,
        by: BY.find((known) => known === query.get("by")) ?? "appointment_day",
        state: query.get("state"), district: query.get("district"), center: query.get("center"), session: query.get("session"),
    };
}

export function addressOf(place: Place): string {
    const query = new URLSearchParams({ date: place.date });
    if (place.by !== "appointment_day") query.set("by", place.by);
    for (const level of LEVELS) if (place[level] !== null) query.set(level, place[level]);
    return `#/?${query.toString()}`;
}

/** One level up from below `level`, or the whole country for null. */
export function upTo(place: Place, level: Level | null): Place {
    const kept = level === null ? [] : LEVELS.slice(0, LEVELS.indexOf(level) + 1);
    return { ...place, ...Object.fromEntries(LEVELS.filter((other) => !kept.includes(other)).map((other) => [other, null])) };
}

/** A row's own place, if its kind leads further down. */
export function into(place: Place, kind: string, id: string): Place | null {
    const level = LEVELS.find((known) => known === kind);
    return level ? { ...place, [level]: id } : null;
}

export function bookingsPath(place: Place): string {
    return `/v1/reports/bookings?${query(place, { date: place.date })}`;
}

/** The days of the plot: those to come where appointments are counted by their own day, those that are over where by the day of booking. */
export function trendsPath(place: Place): string {
    const [before, after] = place.by === "appointment_day" ? [3, 10] : [13, 0];
    return `/v1/reports/trends?${query(place, { from: addDays(place.date, -before), to: addDays(place.date, after) })}`;
}

/** A place is named by its lowest level alone. */
function query(place: Place, days: Record<string, string>): string {
    const asked = new URLSearchParams({ ...days, by: place.by });
    const lowest = (["center", "district", "state"] as const).find((level) => place[level] !== null);
    if (lowest) asked.set(`${lowest}_id`, place[lowest] ?? "");
    return asked.toString();
}
