// Four languages, each complete.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { build } from "esbuild";
import { LANGUAGES } from "../../src/lib/format.ts";
import { Refusal } from "../../src/lib/problem.ts";
import { keyOf } from "../../src/ui/problem.tsx";

type Words = Record<string, string>;
const AREAS = readdirSync("src/lang/en").map((name) => name.replace(".ts", ""));

async function words(language: string, area: string): Promise<Words> {
    const file = `.generated/words/${language}-${area}.mjs`;
    await build({ entryPoints: [`src/lang/${language}/${area}.ts`], outfile: file, format: "esm" });
    return ((await import(`${process.cwd()}/${file}`)) as { default: Words }).default;
}

const SCRIPTS: Record<string, RegExp> = { hi: /\p{Script=Devanagari}/u, mr: /\p{Script=Devanagari}/u, ta: /\p{Script=Tamil}/u };
const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test("no key is missing in any language, and none is left over", async () => {
    for (const area of AREAS) {
        const english = await words("en", area);
        for (const language of LANGUAGES) {
            assert.deepEqual(Object.keys(await words(language, area)).sort(), Object.keys(english).sort(), `${language}/${area}`);
        }
    }
});

test("every text is there, in its own script, with the places of the English one", async () => {
    for (const area of AREAS) {
        const english = await words("en", area);
        for (const language of LANGUAGES) {
            for (const [key, text] of Object.entries(await words(language, area))) {
                assert.notEqual(text.trim(), "", `${language}: ${key}`);
                assert.deepEqual(places(text), places(english[key] ?? ""), `${language}: ${key}`);
                // Names, and values alone, are the same in every script.
                const named = !/\p{L}/u.test((english[key] ?? "").replace(/\{\w+\}|Vaxslot|CSV/g, ""));
                if (!named && language !== "en") assert.match(text, SCRIPTS[language] ?? /./, `${language}: ${key}`);
            }
        }
    }
});

test("no key is in two areas", async () => {
    const keys = (await Promise.all(AREAS.map((area) => words("en", area)))).flatMap(Object.keys);
    assert.deepEqual(keys.filter((key, index) => keys.indexOf(key) !== index), []);
});

test("every type of problem that the API has is told in words of the person", async () => {
    const description = JSON.parse(readFileSync("../openapi.json", "utf8")) as { components: { examples: Record<string, { value: { status: number } }> } };
    const known = await words("en", "problems");
    const examples = Object.entries(description.components.examples);
    assert.ok(examples.length > 60);
    for (const [slug, { value }] of examples) {
        const key = keyOf(Refusal.read(value.status, value, null));
        assert.ok(key in known, slug);
        const given = new Set(["{detail}", "{wait}", ...Object.keys(value).map((name) => `{${name}}`)]);
        // Members that not every example shows.
        for (const name of ["countries", "left", "from", "most", "until", "latest", "min_age", "max_age"]) given.add(`{${name}}`);
        assert.ok(places(known[key] ?? "").every((place) => given.has(place)), `${slug}: ${known[key]}`);
    }
});

test("every key that the pages use is there", async () => {
    const known = new Set((await Promise.all(AREAS.map((area) => words("en", area)))).flatMap(Object.keys));
    const sources = readdirSync("src", { recursive: true }).map(String).filter((name) => /\.tsx?$/.test(name) && !name.startsWith("lang"));
    const used = sources.flatMap((name) => [...readFileSync(`src/${name}`, "utf8").matchAll(/\bt\(\s*"([^"]+)"/g)].map((found) => found[1] ?? ""));
    assert.ok(used.length > 30);
    assert.deepEqual(used.filter((key) => !known.has(key)), []);
});
