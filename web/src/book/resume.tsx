// A booking whose answer was lost with the page: it is sent again with the same key, and gets its first answer.
import { useEffect, useState } from "preact/hooks";
import { recall } from "../lib/intents.ts";
import { useApp } from "../ui/app.tsx";
import { useDoing } from "../ui/controls.tsx";
import { Problem } from "../ui/problem.tsx";
import { go } from "../ui/route.tsx";
import { reserve } from "./reserve.ts";

/** As it was when the page was loaded: what is sent from this page is looked after where it is sent. */
const left = recall(sessionStorage);
let looked = false;

export function Resume({ onFound }: { onFound: () => void }) {
    const { api, t } = useApp();
    const [over, end] = useState(looked || left === null);
    const doing = useDoing();
    const find = () =>
        void doing.run(async () => {
            if (!left) return;
            if (left.ticket !== undefined) {
                go(`/ticket/${left.ticket}`);
            } else {
                const reserved = await reserve(api, left);
                go("ticket" in reserved ? `/ticket/${reserved.ticket}` : "/");
                if (!("ticket" in reserved)) onFound();
            }
            end(true);
        });
    useEffect(() => {
        if (looked || left === null) return;
        looked = true;
        find();
    }, []);
    if (over) return null;
    return (
        <div class="panel">
            <p role="status">{doing.busy ? t("resume.asking") : ""}</p>
            <Problem refusal={doing.refusal} again={find} />
        </div>
    );
}
