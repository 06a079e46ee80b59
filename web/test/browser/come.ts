import type { Page } from "playwright-core";
import { open } from "./browser.ts";

/** With a token as an identity provider of staff gives it. It is forgotten with the page, so the place is changed by hand. */
export async function come(page: Page, file: string, bearer: string): Promise<void> {
    await open(page, file);
    await page.getByText("I have an access token", { exact: true }).first().click();
    await page.getByRole("textbox", { name: "I have an access token" }).fill(bearer);
    await page.getByRole("button", { name: "Use it" }).click();
}
