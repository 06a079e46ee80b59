import assert from "node:assert/strict";
import { test } from "node:test";
import { ownCenters } from "../../src/lib/own-centers.ts";

const NOBODY = { role: "", centers: [], state: null, district: null, exp: 0 };
const DAY = "/v1/reports/bookings?date=2026-11-21";

test("who runs centers begins with all of them, who sees to a district with those of the day, and others with none", () => {
    const of = (role: string, scope = {}) => ownCenters({ ...NOBODY, role, ...scope }, "2026-11-21");
    assert.deepEqual(of("operator", { centers: [13274, 7] }), { path: DAY, all: true });
    assert.deepEqual(of("admin", { district: 363 }), { path: `${DAY}&district_id=363`, all: false });
    for (const other of [of("admin"), of("admin", { state: 21 }), of("analyst", { district: 363 }), of("citizen"), ownCenters(null, "2026-11-21")]) {
        assert.equal(other, null);
    }
});
