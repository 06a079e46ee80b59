import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, dayIn, Formats, INDIA, LANGUAGES, slotText } from "../../src/lib/format.ts";
import { choose, fill } from "../../src/lib/i18n.ts";

test("a day is that of the center's clock", () => {
    assert.equal(dayIn(INDIA, new Date("2026-11-21T18:29:59Z")), "2026-11-21");
    assert.equal(dayIn(INDIA, new Date("2026-11-21T18:30:00Z")), "2026-11-22");
    assert.equal(addDays("2026-02-27", 2), "2026-03-01");
    assert.equal(addDays("2026-01-01", -1), "2025-12-31");
});

test("every language writes dates and numbers with Latin digits", () => {
    for (const language of LANGUAGES) {
        const f = new Formats(language);
        const all = [f.day("2026-11-21"), f.shortDay("2026-11-21"), f.birth("1984-02-29"), f.number(1234567), f.rupees(780), f.percent(0.125), f.instant("2026-11-21T04:00:00Z"), f.clock(new Date(0))];
        assert.ok(all.every((text) => /[0-9]/.test(text) && !/[०-९௦-௯]/.test(text)), all.join(" | "));
        assert.equal(f.birth("1984"), "1984");
        assert.match(f.instant("2026-11-21T04:00:00Z"), /09:30/);
        assert.match(f.number(1234567), /12,34,567/);
    }
});

test("a slot is not taken for a subtraction", () => {
    assert.equal(slotText("09:00-11:00"), "09:00–11:00");
});

test("the language is what was chosen, else what the browser wants first and there is, else English", () => {
    assert.equal(choose("mr", ["hi-IN"]), "mr");
    assert.equal(choose(null, ["fr", "ta-IN", "hi"]), "ta");
    assert.equal(choose("xx", ["hi-IN"]), "hi");
    assert.equal(choose(null, ["fr"]), "en");
});

test("values go where their names stand, and stay text", () => {
    assert.equal(fill("{a} of {b} {c}", { a: 1, b: "{a}" }), "1 of {a} {c}");
});
