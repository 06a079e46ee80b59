import assert from "node:assert/strict";
import { test } from "node:test";
import { e164 } from "../../src/lib/phone.ts";
import { windows } from "../../src/lib/windows.ts";
import { instantIn, localIn } from "../../src/lib/zone.ts";

test("a moment is that at which the center's clock shows it", () => {
    assert.equal(instantIn("Asia/Kolkata", "2026-11-23T10:00"), "2026-11-23T04:30:00Z");
    assert.equal(localIn("Asia/Kolkata", "2026-11-23T04:30:00Z"), "2026-11-23T10:00");
    // Where clocks are changed: before, after, and the hour that comes twice.
    assert.equal(instantIn("Europe/Berlin", "2026-03-29T01:59"), "2026-03-29T00:59:00Z");
    assert.equal(instantIn("Europe/Berlin", "2026-03-29T03:00"), "2026-03-29T01:00:00Z");
    assert.equal(instantIn("Europe/Berlin", "2026-10-25T12:00"), "2026-10-25T11:00:00Z");
    for (const zone of ["Asia/Kolkata", "Europe/Berlin", "America/New_York", "UTC"]) {
        assert.equal(localIn(zone, instantIn(zone, "2026-07-01T00:05")), "2026-07-01T00:05", zone);
    }
});

test("windows of time are read as people write them", () => {
    assert.deepEqual(windows("09:00-13:00, 14:00 – 17:00;18:00-19:00\n"), ["09:00-13:00", "14:00-17:00", "18:00-19:00"]);
    assert.deepEqual(windows(" "), []);
    for (const odd of ["9:00-13:00", "09:00", "09:00-24:00", "09:00-13:00 14:00-17:00"]) assert.equal(windows(odd), null, odd);
});

test("a phone is taken as people write it, and others are not", () => {
    for (const written of ["9812345678", "98123 45678", "09812345678", "+91 98123-45678"]) assert.equal(e164(written), "+919812345678");
    assert.equal(e164("+44 20 7946 0958"), "+442079460958");
    for (const odd of ["", "12345", "5812345678", "+0123456789", "98123456789"]) assert.equal(e164(odd), null, odd);
});
