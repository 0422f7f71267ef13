// Every mutation of a deal. Each payload brings what the deal's page and the board show.
import { graphql } from "./graphql.js";

graphql`
  mutation DealMutationsCreateDealMutation($input: CreateDealInput!) {
    createDeal(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation DealMutationsUpdateDealMutation($input: UpdateDealInput!) {
    updateDeal(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation DealMutationsMoveDealMutation($input: MoveDealInput!) {
    moveDeal(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation DealMutationsAddParticipantMutation($input: AddParticipantInput!) {
    addParticipant(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation DealMutationsRemoveParticipantMutation($input: RemoveParticipantInput!) {
    removeParticipant(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation DealMutationsCompleteActionMutation($input: CompleteActionInput!) {
    completeAction(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      item { id state }
      completion { id undoneAt }
      alreadyDone
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation DealMutationsCompleteActionsMutation($input: CompleteActionsInput!) {
    completeActions(input: $input) {
      results {
        deal { ...DealScreen_deal process { ...BoardScreen_process } }
        item { id state }
        completion { id undoneAt }
        alreadyDone
        userErrors { code message path nodeId }
      }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation DealMutationsUndoCompletionMutation($input: UndoCompletionInput!) {
    undoCompletion(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      item { id state }
      completion { id undoneAt }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation DealMutationsWinDealMutation($input: WinDealInput!) {
    winDeal(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId ...ReasonsScreen_error }
    }
  }
`;

graphql`
  mutation DealMutationsLoseDealMutation($input: LoseDealInput!) {
    loseDeal(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId ...ReasonsScreen_error }
    }
  }
`;

graphql`
  mutation DealMutationsOutdateDealMutation($input: OutdateDealInput!) {
    outdateDeal(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId ...ReasonsScreen_error }
    }
  }
`;

graphql`
  mutation DealMutationsReopenDealMutation($input: ReopenDealInput!) {
    reopenDeal(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation DealMutationsAddNoteMutation($input: AddNoteInput!) {
    addNote(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      note { id body }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation DealMutationsEditNoteMutation($input: EditNoteInput!) {
    editNote(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      note { id body editedAt }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation DealMutationsWithdrawNoteMutation($input: WithdrawNoteInput!) {
    withdrawNote(input: $input) {
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      note { id }
      withdrawnNoteId
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation DealMutationsChangeDealProcessMutation($input: ChangeDealProcessInput!) {
    changeDealProcess(input: $input) {
      deal { ...DealScreen_deal }
      process { ...BoardScreen_process }
      previousProcess { ...BoardScreen_process }
      userErrors { code message path nodeId }
    }
  }
`;
