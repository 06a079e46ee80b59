// Builds the pages into dist/: scripts and styles with names that change with their content, so that they can be kept for ever.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { html, PAGES } from "./pages.mjs";
import "./types.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
process.chdir(ROOT);
rmSync("dist", { recursive: true, force: true });

const { metafile } = await build({
    entryPoints: [...PAGES.map(({ name }) => ({ in: `src/${name}/main.tsx`, out: name })), { in: "src/style.css", out: "style" }],
    outdir: "dist/assets",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
});

const outputs = Object.entries(metafile.outputs).map(([path, output]) => ({ path, ...output }));
const made = (entry) => outputs.find((output) => output.entryPoint === entry);
const address = ({ path }) => path.replace("dist/", "");

/** Whatever a script imports before it can begin. */
function needed(output, found = new Map()) {
    for (const { path, kind } of output.imports) {
        if (kind === "import-statement" && !found.has(path)) {
            found.set(path, outputs.find((other) => other.path === path));
            needed(found.get(path), found);
        }
    }
    return [...found.values()];
}

/** What a page fetches when somebody comes to a view that others do not wait for, without its words. Nothing, where they wait all the same. */
function laterOf(script, always) {
    const views = script.imports.filter(({ kind }) => kind === "dynamic-import").map(({ path }) => outputs.find((output) => output.path === path));
    const files = (view) => [view, ...needed(view)].map(({ path }) => path).filter((path) => !always.includes(path));
    const early = (view) => outputs.some(({ path, inputs }) => always.includes(path) && view.entryPoint in inputs);
    return Object.fromEntries(views.map((view) => [view.entryPoint, early(view) ? [] : files(view)]));
}

const style = made("src/style.css");
const loads = {};
for (const page of PAGES) {
    const script = made(`src/${page.name}/main.tsx`);
    const chunks = needed(script);
    writeFileSync(join("dist", page.file), html({ script: address(script), style: address(style), preloads: chunks.map(address) }));
    const words = (language) => page.areas.map((area) => made(`src/lang/${language}/${area}.ts`).path);
    const languages = ["en", "hi", "mr", "ta"].map((language) => [language, words(language)]);
    const always = [join("dist", page.file), style.path, script.path, ...chunks.map(({ path }) => path)];
    loads[page.name] = { always, words: Object.fromEntries(languages), later: laterOf(script, always) };
}
copyFileSync("src/favicon.svg", "dist/favicon.svg");
mkdirSync(".generated", { recursive: true });
// What each page loads first, for the test of its size.
writeFileSync(".generated/loads.json", JSON.stringify(loads, null, 2));
