// A slow line: each page shows itself after less than 60 KB, in the longest of its languages.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const MOST = 60_000;
/** What is fetched later adds this much at most, without its words. */
const MOST_LATER = 6_000;
interface Load {
    always: string[];
    words: Record<string, string[]>;
    later: Record<string, string[]>;
}
const loads = JSON.parse(readFileSync(".generated/loads.json", "utf8")) as Record<string, Load>;
const sizes = (files: string[]) => files.map((file) => gzipSync(readFileSync(file)).length).reduce((sum, size) => sum + size, 0);

test("the first load of each page is under 60 KB compressed", (context) => {
    for (const [page, { always, words }] of Object.entries(loads)) {
        const size = sizes(always) + Math.max(...Object.values(words).map(sizes));
        context.diagnostic(`${page}: ${size} bytes`);
        assert.ok(size < MOST, `${page}: ${size}`);
    }
});

test("a view that is fetched when somebody comes there is small, and nobody else waits for it", (context) => {
    const views = Object.values(loads).flatMap(({ later }) => Object.entries(later));
    assert.ok(views.length > 0);
    for (const [view, files] of views) {
        assert.ok(files.length > 0, `${view} is in what the page always loads`);
        context.diagnostic(`${view}: ${sizes(files)} bytes`);
        assert.ok(sizes(files) < MOST_LATER, `${view}: ${sizes(files)}`);
    }
});

test("no page names anybody else", () => {
    for (const { always, later } of Object.values(loads)) {
        for (const file of [...always, ...Object.values(later).flat()]) {
            const foreign = [...readFileSync(file, "utf8").matchAll(/https?:\/\/[^"'` )]+/g)].map(String);
            const names = foreign.filter((address) => !address.startsWith("http://www.w3.org/"));
            assert.deepEqual(names, [], file);
        }
    }
});
