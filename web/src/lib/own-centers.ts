// Which centers are one's own, as far as the API tells.
import type { Claims } from "./login.ts";

export interface OwnCenters {
    /** The report that has them as its rows. */
    readonly path: string;
    /** Whether all of them are there, or those alone that have sessions on the day. */
    readonly all: boolean;
}

/** Who runs centers sees just these from above; who sees to a district finds its centers in it. Of a state or the country there are too many. */
export function ownCenters(claims: Claims | null, today: string): OwnCenters | null {
    const day = `/v1/reports/bookings?date=${today}`;
    if (claims?.role === "operator") return { path: day, all: true };
    if (claims?.role === "admin" && claims.district !== null) return { path: `${day}&district_id=${claims.district}`, all: false };
    return null;
}
