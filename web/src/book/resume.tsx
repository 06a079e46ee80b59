// A booking that has no answer yet: it is sent again with the same key, and gets its first answer.
import { useEffect } from "preact/hooks";
import { recall } from "../lib/intents.ts";
import { useApp } from "../ui/app.tsx";
import { useDoing } from "../ui/controls.tsx";
import { Problem } from "../ui/problem.tsx";
import { go } from "../ui/route.tsx";
import { isSending, reserve } from "./reserve.ts";

/** Whoever has left the page of a ticket by themselves is not led back there. */
let ledToTicket = false;

export function Resume({ place, onFound }: { place: string | undefined; onFound: () => void }) {
    const { api, t } = useApp();
    const doing = useDoing();
    function find(): void {
        const left = recall(sessionStorage);
        if (!left || isSending()) return;
        if (left.ticket !== undefined) {
            if (!ledToTicket && place !== "ticket") go(`/ticket/${left.ticket}`);
            ledToTicket = true;
            return;
        }
        void doing.run(async () => {
            const reserved = await reserve(api, left);
            go("ticket" in reserved ? `/ticket/${reserved.ticket}` : "/");
            onFound();
        });
    }
    useEffect(find, [place]);
    if (!doing.busy && !doing.refusal) return null;
    return (
        <div class="panel">
            <p role="status">{doing.busy ? t("resume.asking") : ""}</p>
            <Problem refusal={doing.refusal} again={find} />
        </div>
    );
}
