// The citizen's way: log in, family, find, book, follow the queue, move, cancel, and one's own data.
import { useState } from "preact/hooks";
import { start, useApp, useLogin } from "../ui/app.tsx";
import { Later } from "../ui/later.tsx";
import { LoginForm } from "../ui/login.tsx";
import { Heading, useRoute } from "../ui/route.tsx";
import { Account } from "./account.tsx";
import { Find } from "./find.tsx";
import { Home } from "./home.tsx";
import { Move } from "./move.tsx";
import { Resume } from "./resume.tsx";
import { SessionPage } from "./session.tsx";
import { Slip } from "./slip.tsx";
import { TicketPage } from "./ticket.tsx";

function Book() {
    const login = useLogin();
    const { parts } = useRoute();
    const [round, found] = useState(0);
    const [place, first = "", second = "", third] = parts;
    // What can be seen without a login.
    if (place === "find") return <Find />;
    if (!login.present) return place === "session" ? <SessionPage key={first} id={first} /> : <LogIn />;
    return (
        <>
            <Resume place={place} onFound={() => found((count) => count + 1)} />
            {place === undefined && <Home key={round} />}
            {place === "session" && <SessionPage key={first} id={first} />}
            {place === "ticket" && <TicketPage key={first} word={first} />}
            {place === "slip" && <Slip key={second} beneficiary={first} appointment={second} />}
            {place === "move" && <Move key={second} beneficiary={first} appointment={second} session={third} />}
            {place === "account" && <Account />}
            {place === "alerts" && <Later key="alerts" areas={["messages"]} fetch={async () => (await import("./alerts.tsx")).Alerts} />}
            {place === "messages" && <Later key="messages" areas={["messages"]} fetch={async () => (await import("./messages.tsx")).Messages} />}
        </>
    );
}

function LogIn() {
    const { t } = useApp();
    return (
        <>
            <Heading name={t("book")} />
            <p>
                {t("book.lead")} <a href="#/find">{t("book.look")}</a>
            </p>
            <LoginForm />
        </>
    );
}

void start("book", ["common", "problems", "search", "book"], Book);
