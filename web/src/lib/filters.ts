// What is searched for: as the address of the page says it, and as the API wants it.
import type { Dose, Fee, Session, Vaccine } from "../../.generated/api.ts";

export const VACCINES: readonly Vaccine[] = ["COVISHIELD", "COVAXIN", "SPUTNIK V", "CORBEVAX", "COVOVAX"];
export const DOSES: readonly Dose[] = [1, 2, 3];

export interface Filters {
    by: "district" | "pincode";
    state: number | null;
    district: number | null;
    pincode: string;
    date: string;
    vaccine: Vaccine | null;
    dose: Dose | null;
    age: number | null;
    fee: Fee | null;
    available: boolean;
}

export function empty(today: string): Filters {
    return {
        by: "district", state: null, district: null, pincode: "", date: today, vaccine: null, dose: null, age: null, fee: null,
        available: false,
    };
}

/** From the address of the page. What cannot be read counts as left out; a day that is over is today. */
export function fromAddress(query: URLSearchParams, today: string): Filters {
    const number = (name: string, most: number) => {
        const value = query.get(name) ?? "";
        return /^\d{1,10}$/.test(value) && Number(value) <= most ? Number(value) : null;
    };
    const oneOf = <T extends string | number>(name: string, known: readonly T[]) =>
        known.find((value) => String(value) === query.get(name)) ?? null;
    const date = query.get("date") ?? "";
    const pincode = query.get("pincode") ?? "";
    return {
        by: query.has("pincode") ? "pincode" : "district",
        state: number("state", 2 ** 31 - 1),
        district: number("district", 2 ** 31 - 1),
        pincode: isPincode(pincode) ? pincode : "",
        date: /^\d{4}-\d{2}-\d{2}$/.test(date) && date >= today ? date : today,
        vaccine: oneOf("vaccine", VACCINES),
        dose: oneOf("dose", DOSES),
        age: number("age", 120),
        fee: oneOf("fee", ["Free", "Paid"] as const),
        available: query.get("available") === "yes",
    };
}

/** For the address of the page, so that it can be kept and shared. */
export function toAddress(filters: Filters): URLSearchParams {
    const query = new URLSearchParams();
    if (filters.by === "pincode") query.set("pincode", filters.pincode);
    else put(query, { state: filters.state, district: filters.district });
    put(query, { date: filters.date, vaccine: filters.vaccine, dose: filters.dose, age: filters.age, fee: filters.fee });
    if (filters.available) query.set("available", "yes");
    return query;
}

/** The search of the API, or null while no place is named. */
export function toSearch(filters: Filters): string | null {
    const query = new URLSearchParams();
    if (filters.by === "district" && filters.district !== null) query.set("district_id", String(filters.district));
    else if (filters.by === "pincode" && isPincode(filters.pincode)) query.set("pincode", filters.pincode);
    else return null;
    const { date, vaccine, dose, age, fee } = filters;
    put(query, { date, vaccine, dose, age, fee_type: fee });
    if (filters.available) query.set("available", "true");
    return `/v1/sessions?${query.toString()}`;
}

export function isPincode(text: string): boolean {
    return /^[1-9]\d{5}$/.test(text);
}

function put(query: URLSearchParams, values: Record<string, string | number | null>): void {
    for (const [name, value] of Object.entries(values)) if (value !== null && value !== "") query.set(name, String(value));
}

export interface CenterSessions {
    readonly center: Session["center"];
    readonly sessions: Session[];
    /** Places left in all of its sessions that can be booked, for the dose if one is named. */
    readonly places: number;
}

/** Sessions grouped by their center, in the order in which centers first appear. */
export function byCenter(sessions: readonly Session[], dose: Dose | null): CenterSessions[] {
    const groups = new Map<number, Session[]>();
    for (const session of sessions) {
        const group = groups.get(session.center.center_id);
        if (group) group.push(session);
        else groups.set(session.center.center_id, [session]);
    }
    return Array.from(groups.values(), (group) => ({
        center: group[0]!.center,
        sessions: group,
        places: group.reduce((sum, session) => sum + placesIn(session, dose), 0),
    }));
}

export function placesIn(session: Session, dose: Dose | null): number {
    if (session.status !== "OPEN") return 0;
    const counted = session.available.filter((units) => dose === null || units.dose === dose);
    return counted.reduce((sum, units) => sum + units.available, 0);
}
