// Compiles the browser tests and runs them, one file after the other, against the stack that VAXSLOT_STACK describes.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const out = ".generated/browser";
rmSync(out, { recursive: true, force: true });
const chosen = process.argv.slice(2);
const tests = readdirSync("test/browser").filter((name) => name.endsWith(".test.ts") && (chosen.length === 0 || chosen.some((part) => name.includes(part))));
await build({
    entryPoints: tests.map((name) => `test/browser/${name}`),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node18",
    logLevel: "warning",
});
// One after the other: they share two cores with the stack. `--test-concurrency` is not in every Node 18.
let failed = 0;
for (const name of tests) {
    const done = spawnSync(process.execPath, ["--test", "--test-reporter=spec", `${out}/${name.replace(/\.ts$/, ".mjs")}`], { stdio: "inherit" });
    if (done.status !== 0) failed = 1;
}
process.exit(failed);
