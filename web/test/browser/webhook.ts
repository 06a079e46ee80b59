// A program that is told, on this machine: the local stack alone lets it be there.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";

export interface Webhook {
    readonly address: string;
    /** What came to be confirmed with. */
    readonly token: Promise<string>;
}

/** Listens until the tests of the file are over. */
export async function webhook(): Promise<Webhook> {
    let told: (token: string) => void;
    const token = new Promise<string>((tell) => (told = tell));
    const server = createServer((request, response) => {
        let body = "";
        request.on("data", (part: Buffer) => (body += part.toString()));
        request.on("end", () => {
            const message = JSON.parse(body) as { Type: string; Token?: string };
            if (message.Type === "SubscriptionConfirmation") told(message.Token ?? "");
            response.end();
        });
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    after(() => server.close());
    return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slots`, token };
}
