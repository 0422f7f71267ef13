// How an application uses what codegen makes: this compiles only if every type is as it should be.
import type { ResultOf, TypedDocumentNode, VariablesOf } from "@graphql-typed-document-node/core";

import { useFragment } from "./__generated__";
import type { Evidence } from "./__generated__/graphql";
import {
  DealMutationsCompleteActionMutationDocument as CompleteAction,
  DealScreenProgressSubscriptionDocument as Progress,
  DealScreenQueryDocument as DealScreen,
  DealScreen_DealFragmentDoc as DealPart,
} from "./__generated__/graphql";

type Client = <Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables) => Promise<Data>;

/** What a deal's page shows. A field that is null only beside an error is never null here. */
export async function headline(run: Client, id: string): Promise<string> {
  const { deal } = await run(DealScreen, { id });
  if (!deal) return "There is no such deal.";
  const { title, owner, stage, progress } = useFragment(DealPart, deal);
  return `${title}, ${owner.name}: ${progress.percent} % at ${stage?.name ?? "no stage yet"}`;
}

/** Does an action; why not, when it was refused. */
export async function complete(run: Client, dealId: string, actionId: string): Promise<string[]> {
  const { completeAction } = await run(CompleteAction, { input: { dealId, actionId } });
  return completeAction.userErrors.map(({ code, message }) => `${code}: ${message}`);
}

/** Every value of an enum has a name that the compiler knows. */
export const needs: Record<Evidence, string> = {
  NONE: "Nothing",
  NOTE: "A note",
  NOTE_WITH_FILE: "A note with a file",
};

export const begin: VariablesOf<typeof Progress> = { dealId: "deal_00000000000000000000000000" };
export const isOver = ({ dealProgress }: ResultOf<typeof Progress>): boolean => dealProgress.caughtUp;

// @ts-expect-error A deal's id is needed.
export const wrong: VariablesOf<typeof Progress> = {};
