import { GraphiQL } from "graphiql";
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect } from "react";
import { dealTab, examples } from "./examples.js";
import { forgetTabs, signOut, work } from "./session.js";

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

function newExamples() {
  if (confirm("Close all tabs, and open the examples anew?")) forgetTabs();
}

function Session({ name }) {
  useSystemTheme();
  return (
    <span className="session">
      <span className="session-name">{name ? `Signed in as ${name}` : "Signed in"}</span>
      <button type="button" className="session-button" onClick={newExamples}>
        New examples
      </button>
      <button type="button" className="session-button" onClick={() => signOut()}>
        Sign out
      </button>
    </span>
  );
}

// The deal of a link has a tab of its own, in front of the examples or beside the tabs that are there.
export function Explorer({ client, beginning, linkedDeal }) {
  const linked = linkedDeal ? dealTab(linkedDeal) : undefined;
  return (
    <GraphiQL
      fetcher={client.fetcher}
      storage={work}
      initialQuery={linked?.query}
      initialVariables={linked?.variables}
      defaultTabs={[...(linked ? [linked] : []), ...examples(beginning)]}
      defaultEditorToolsVisibility="variables"
      isHeadersEditorEnabled={false}
      showPersistHeadersSettings={false}
      inputValueDeprecation
      schemaDescription
    >
      <GraphiQL.Logo>
        <Session name={beginning.name} />
      </GraphiQL.Logo>
    </GraphiQL>
  );
}
