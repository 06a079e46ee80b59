// A browser that notices what must not happen: errors in the console, requests to others, and what axe objects to.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before } from "node:test";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { codeFor, phone, stack } from "./stack.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Where to put pictures of what the tests see, for people to look at. */
const PICTURES = process.env["PICTURES"];
export const PHONE = { width: 360, height: 740 };
export const DESKTOP = { width: 1280, height: 900 };

let browser: Browser;

before(async () => {
    const candidates = [process.env["CHROMIUM"] ?? "", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    const executablePath = candidates.find((path) => path !== "" && existsSync(path));
    if (executablePath === undefined) throw new Error("chromium is missing: Debian package chromium");
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    if (PICTURES) mkdirSync(PICTURES, { recursive: true });
});

after(() => browser.close());

/** Runs with a page of a fresh visitor, and then looks at what it did. */
export async function visit(options: BrowserContextOptions, run: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ viewport: PHONE, locale: "en-IN", ...options });
    context.setDefaultTimeout(30_000);
    const bad: string[] = [];
    const ours = [new URL(stack.pages).origin, new URL(stack.api).origin];
    context.on("request", (request) => {
        const { origin, protocol } = new URL(request.url());
        if (protocol !== "blob:" && protocol !== "data:" && !ours.includes(origin)) bad.push(`request to ${origin}`);
    });
    const page = await context.newPage();
    page.on("pageerror", (error) => bad.push(error.message));
    page.on("console", (message) => {
        // A refusal of the API is not an error of the page; the browser says it all the same.
        const refused = message.text().startsWith("Failed to load resource") && message.location().url.startsWith(stack.api);
        if ((message.type() === "error" || message.type() === "warning") && !refused) bad.push(message.text());
    });
    try {
        await run(page);
        assert.deepEqual(bad, []);
    } catch (error) {
        if (PICTURES) await page.screenshot({ path: `${PICTURES}/failed.png`, fullPage: true });
        const seen = await page.locator("body").innerText().catch(() => "");
        throw new Error(`${error instanceof Error ? error.message : String(error)}\n${bad.join("\n")}\nThe page shows:\n${seen.slice(0, 2000)}`, { cause: error });
    } finally {
        await context.close();
    }
}

export function open(page: Page, path: string): Promise<unknown> {
    return page.goto(`${stack.pages}/${path}`);
}

interface Violation {
    id: string;
    help: string;
    nodes: { html: string; failureSummary?: string }[];
}

/** Nothing for axe to object to, wide and narrow; in the dark, no colours to object to; and nothing that makes a phone scroll sideways. */
export async function accessible(page: Page, name: string): Promise<void> {
    await page.evaluate(AXE);
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
        await page.setViewportSize(viewport);
        assert.deepEqual(await violations(page, {}), [], `${name}, ${size}`);
        await picture(page, `${name}-${size}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `${name}, ${size}: ${wide} pixels too wide`);
    }
    await page.emulateMedia({ colorScheme: "dark" });
    assert.deepEqual(await violations(page, { runOnly: ["color-contrast"] }), [], `${name}, dark`);
    await picture(page, `${name}-dark`);
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "no-preference" });
}

async function violations(page: Page, options: object): Promise<string[]> {
    const found = await page.evaluate(async (given) => {
        const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } };
        return (await axe.run({ ...given, resultTypes: ["violations"] })).violations;
    }, options);
    return found.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ""}`));
}

async function picture(page: Page, name: string): Promise<void> {
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}

export interface Keys {
    /** Presses Tab until the control with this name has the focus. */
    to(name: string | RegExp): Promise<void>;
    press(key: string): Promise<void>;
    type(text: string): Promise<void>;
}

/** A person without a mouse. */
export function keys(page: Page): Keys {
    return {
        async to(name) {
            const seen: string[] = [];
            for (let presses = 0; presses < 120; presses++) {
                await page.keyboard.press("Tab");
                const focused = await nameOfFocus(page);
                if (typeof name === "string" ? focused === name : name.test(focused)) return;
                seen.push(focused);
            }
            throw new Error(`Tab does not lead to ${String(name)}, but to ${[...new Set(seen)].join(" | ")}`);
        },
        press: (key) => page.keyboard.press(key),
        type: (text) => page.keyboard.type(text),
    };
}

function nameOfFocus(page: Page): Promise<string> {
    return page.evaluate(() => {
        const focused = document.activeElement as HTMLInputElement | null;
        const label = focused?.getAttribute("aria-label") ?? focused?.labels?.[0]?.textContent ?? focused?.textContent ?? "";
        return label.replace(/\s+/g, " ").trim();
    });
}

/** Logs in with a new phone, on the page that is open. */
export async function logIn(page: Page, number = phone()): Promise<string> {
    await page.getByLabel("Mobile number").fill(number);
    await page.getByRole("button", { name: "Send me a code" }).click();
    await page.getByLabel("Code", { exact: true }).waitFor();
    await page.getByLabel("Code", { exact: true }).fill(await codeFor(number));
    await page.getByRole("button", { name: "Log in" }).click();
    return number;
}

export function seen(locator: Locator): Promise<void> {
    return locator.first().waitFor({ state: "visible" });
}

/** Waits until it has the focus. */
export async function focused(locator: Locator): Promise<void> {
    const element = await locator.elementHandle();
    await locator.page().waitForFunction((wanted) => document.activeElement === wanted, element);
}
