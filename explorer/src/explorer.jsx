import { GraphiQL } from "graphiql";
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useState } from "react";
import { examples } from "./examples.js";
import { signOut } from "./session.js";

const WHO_AM_I = "{ viewer { member { name } } }";

// GraphiQL picks its editor theme once; this keeps it in step with the system.
function useSystemTheme() {
  const theme = useGraphiQL((state) => state.theme);
  const { setTheme } = useGraphiQLActions();
  useEffect(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => theme === null && setTheme(null);
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, [theme, setTheme]);
}

function useMemberName(client) {
  const [name, setName] = useState(null);
  useEffect(() => {
    client.query({ query: WHO_AM_I }).then((answer) => setName(answer?.data?.viewer?.member?.name ?? null));
  }, [client]);
  return name;
}

function Session({ client }) {
  useSystemTheme();
  const name = useMemberName(client);
  return (
    <span className="session">
      <span className="session-name">{name ? `Signed in as ${name}` : "Signed in"}</span>
      <button type="button" className="session-out" onClick={() => signOut()}>
        Sign out
      </button>
    </span>
  );
}

export function Explorer({ client }) {
  return (
    <GraphiQL
      fetcher={client.fetcher}
      defaultTabs={examples}
      defaultEditorToolsVisibility="variables"
      isHeadersEditorEnabled={false}
      showPersistHeadersSettings={false}
      inputValueDeprecation
      schemaDescription
    >
      <GraphiQL.Logo>
        <Session client={client} />
      </GraphiQL.Logo>
    </GraphiQL>
  );
}
