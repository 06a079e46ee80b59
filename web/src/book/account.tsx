// One's own data: all of it as a file, or none of it any more.
import { useState } from "preact/hooks";
import { save } from "../lib/save.ts";
import { useApp } from "../ui/app.tsx";
import { Ask, Told, useDoing } from "../ui/controls.tsx";
import { Problem } from "../ui/problem.tsx";
import { Heading } from "../ui/route.tsx";

export function Account() {
    const { api, t } = useApp();
    const [asking, ask] = useState(false);
    const [told, tell] = useState("");
    const exporting = useDoing();
    const erasing = useDoing();
    const takeOut = () =>
        exporting.run(async () => {
            save(await api.file("/v1/account/export"), "vaxslot.json");
            tell(t("account.exported"));
        });
    const erase = () =>
        erasing.run(async () => {
            await api.write<undefined>({ method: "DELETE", path: "/v1/account" });
            await api.logOut();
        });
    return (
        <>
            <Heading name={t("book.account")} />
            <p>
                <a href="#/">{t("back")}</a>
            </p>
            <Told>{told}</Told>
            <section class="panel" aria-labelledby="export">
                <h2 id="export">{t("account.export")}</h2>
                <p>{t("account.exportLead")}</p>
                <Problem refusal={exporting.refusal} />
                <button type="button" onClick={() => void takeOut()}>
                    {exporting.busy ? t("working") : t("account.exportDo")}
                </button>
            </section>
            <section class="panel" aria-labelledby="erase">
                <h2 id="erase">{t("account.erase")}</h2>
                <p>{t("account.eraseLead")}</p>
                <button type="button" class="danger" onClick={() => ask(true)}>
                    {t("account.eraseDo")}
                </button>
            </section>
            {asking && (
                <Ask question={t("account.eraseAsk")} yes={t("account.eraseDo")} busy={erasing.busy} onYes={() => void erase()} onNo={() => ask(false)}>
                    <Problem refusal={erasing.refusal} />
                </Ask>
            )}
        </>
    );
}
