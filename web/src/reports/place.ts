// Where somebody has drilled down to, as the address of the page says it.
import { addDays } from "../lib/format.ts";

export interface Place {
    readonly date: string;
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
        state: query.get("state"), district: query.get("district"), center: query.get("center"), session: query.get("session"),
    };
}

export function addressOf(place: Place): string {
    const query = new URLSearchParams({ date: place.date });
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

/** The report of a place: named by the lowest level alone. */
export function reportPath(place: Place, date = place.date): string {
    const query = new URLSearchParams({ date });
    const lowest = (["center", "district", "state"] as const).find((level) => place[level] !== null);
    if (lowest) query.set(`${lowest}_id`, place[lowest] ?? "");
    return `/v1/reports/bookings?${query.toString()}`;
}

/** The days of the plot: three before, and ten after. */
export function daysAround(date: string): string[] {
    return Array.from({ length: 14 }, (_, day) => addDays(date, day - 3));
}

export function share(booked: number, capacity: number): number {
    return capacity === 0 ? 0 : booked / capacity;
}
