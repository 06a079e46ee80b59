import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "../../.generated/api.ts";
import { byCenter, empty, fromAddress, isPincode, placesIn, toAddress, toSearch } from "../../src/lib/filters.ts";

const TODAY = "2026-11-21";

test("what is searched for survives its way through the address of the page", () => {
    const filters = {
        ...empty(TODAY), state: 21, district: 363, date: "2026-11-24", vaccine: "SPUTNIK V" as const, dose: 2 as const, age: 0,
        fee: "Paid" as const, available: true,
    };
    assert.deepEqual(fromAddress(toAddress(filters), TODAY), filters);
    const byPincode = { ...empty(TODAY), by: "pincode" as const, pincode: "411027" };
    assert.deepEqual(fromAddress(toAddress(byPincode), TODAY), byPincode);
    assert.deepEqual(fromAddress(new URLSearchParams(), TODAY), empty(TODAY));
});

test("what cannot be read in the address counts as left out, and a day that is over as today", () => {
    const odd = "state=x&district=-1&date=2026-11-20&vaccine=%3Cscript%3E&dose=4&age=121&fee=Cheap&available=1&limit=9";
    assert.deepEqual(fromAddress(new URLSearchParams(odd), TODAY), empty(TODAY));
    assert.equal(fromAddress(new URLSearchParams("pincode=0&date=soon"), TODAY).date, TODAY);
});

test("the search names one place, or there is none", () => {
    assert.equal(toSearch(empty(TODAY)), null);
    assert.equal(toSearch({ ...empty(TODAY), by: "pincode", pincode: "41102", district: 363 }), null);
    assert.equal(toSearch({ ...empty(TODAY), district: 363, pincode: "411027" }), "/v1/sessions?district_id=363&date=2026-11-21");
    const all = { ...empty(TODAY), by: "pincode" as const, pincode: "411027", vaccine: "SPUTNIK V" as const, dose: 3 as const, age: 0, fee: "Free" as const, available: true };
    assert.equal(
        toSearch(all),
        "/v1/sessions?pincode=411027&date=2026-11-21&vaccine=SPUTNIK+V&dose=3&age=0&fee_type=Free&available=true",
    );
});

test("a pincode has six digits and does not begin with 0", () => {
    assert.ok(isPincode("411027"));
    assert.ok(["", "41102", "4110270", "011027", "41102a", "४११०२७"].every((text) => !isPincode(text)));
});

function session(center: number, status: Session["status"], ...units: [1 | 2 | 3, number][]): Session {
    const available = units.map(([dose, count]) => ({ dose, available: count }));
    return { session_id: `${center}-${status}`, center: { center_id: center } as Session["center"], status, available } as Session;
}

test("sessions are grouped by center, in the order they came, and count what can be booked", () => {
    const found = [session(7, "OPEN", [1, 5], [2, 3]), session(3, "OPEN", [1, 0]), session(7, "CLOSED", [1, 9]), session(3, "CANCELLED", [1, 4])];
    const of = (dose: 1 | 2 | null) => byCenter(found, dose).map(({ center, sessions, places }) => [center.center_id, sessions.length, places]);
    assert.deepEqual(of(null), [[7, 2, 8], [3, 2, 0]]);
    assert.deepEqual(of(2), [[7, 2, 3], [3, 2, 0]]);
    assert.equal(placesIn(session(1, "CLOSED", [1, 9]), null), 0);
});
