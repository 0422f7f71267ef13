// A deal's page: its progress, its checklist, every button, its notes and what happened to it.
import { graphql } from "./graphql.js";

graphql`
  fragment DealScreen_deal on Deal {
    id
    title
    status
    version
    visibility
    createdAt
    updatedAt
    lastActivityAt
    closedAt
    closeComment
    closeReason { id name }
    value { amount currency }
    process { id name }
    stage { id name }
    owner { id name }
    participants { id name }
    progress { percent doneWeight totalWeight mandatoryMissing { id name } }
    checklist {
      id
      state
      needs
      blockers { code message nodeId }
      action { id name weight stage { id name } }
      definition { actionId name weight mandatory evidence }
      completion { id doneAt undoneAt performer { id name } note { id body } }
      undo { allowed blockers { code message nodeId } }
    }
    permissions {
      update { allowed blockers { code message nodeId } }
      move { allowed blockers { code message nodeId } }
      changeProcess { allowed blockers { code message nodeId } }
      win { allowed blockers { code message nodeId } }
      lose { allowed blockers { code message nodeId } }
      outdate { allowed blockers { code message nodeId } }
      reopen { allowed blockers { code message nodeId } }
      addNote { allowed blockers { code message nodeId } }
      addParticipant { allowed blockers { code message nodeId } }
      removeParticipant { allowed blockers { code message nodeId } }
      createTask { allowed blockers { code message nodeId } }
    }
    notes(first: 20) {
      totalCount
      nodes {
        id
        body
        editedAt
        isEvidence
        author { id name }
        permissions {
          edit { allowed blockers { code message nodeId } }
          withdraw { allowed blockers { code message nodeId } }
        }
        files { id name size state ...FileScreen_file }
      }
    }
    tasks(first: 20) {
      totalCount
      nodes { id title dueOn state overdue assignee { id name } ...TaskScreen_task }
    }
  }
`;

graphql`
  query DealScreenQuery($id: ID!) {
    deal(id: $id) { ...DealScreen_deal }
  }
`;

graphql`
  fragment DealScreen_state on DealState {
    version
    status
    stageId
    stageName
    percent
    ownerId
    value { amount currency }
    owner { id name }
  }
`;

graphql`
  fragment DealScreen_reference on ActionReference {
    actionId
    actionName
    stageId
    stageName
  }
`;

graphql`
  fragment DealScreen_event on DealEvent {
    __typename
    id
    dealId
    occurredAt
    summary
    actor { id name }
    before { ...DealScreen_state }
    after { ...DealScreen_state }
    ... on ActionCompleted {
      actionId
      actionName
      stageId
      stageName
      completion { id doneAt undoneAt }
      note { id body }
    }
    ... on CompletionUndone { actionId actionName completion { id doneAt undoneAt } }
    ... on DealCreated { title visibility }
    ... on DealMoved { toStageId toStageName }
    ... on DealProcessChanged {
      fromProcessName
      toProcessName
      fromProcess { id name }
      toProcess { id name }
      droppedMoveTo
      carried {
        completionId
        from { ...DealScreen_reference }
        to { ...DealScreen_reference }
        completion { id doneAt undoneAt }
      }
    }
    ... on DealUpdated { changes { field titleBefore titleAfter visibilityBefore visibilityAfter } }
    ... on DealWon { comment reasonName reason { id name } }
    ... on DealLost { comment reasonName reason { id name } }
    ... on DealOutdated { comment reasonName reason { id name } }
    ... on DealReopened { droppedMoveTo }
    ... on NoteAdded { note { id body } }
    ... on NoteEdited { note { id body } }
    ... on NoteWithdrawn { noteId author { id name } }
    ... on ParticipantAdded { member { id name } }
    ... on ParticipantRemoved { member { id name } }
    ... on ProgressRecalculated { processVersion }
    ... on TaskCreated { taskId title dueOn assignee { id name } task { ...TaskScreen_task } }
    ... on TaskUpdated {
      taskId
      title
      taskChanges {
        field
        textBefore
        textAfter
        assigneeIdBefore
        assigneeIdAfter
        dueOnBefore
        dueOnAfter
      }
      task { ...TaskScreen_task }
    }
    ... on TaskCompleted { taskId title task { ...TaskScreen_task } }
    ... on TaskReopened { taskId title task { ...TaskScreen_task } }
    ... on TaskDeleted { taskId title task { ...TaskScreen_task } }
  }
`;

graphql`
  query DealScreenHistoryQuery($id: ID!) {
    deal(id: $id) { id events(first: 50) { nodes { ...DealScreen_event } } }
  }
`;

graphql`
  query DealScreenProcessPreviewQuery($input: ChangeDealProcessInput!) {
    changeDealProcessPreview(input: $input) {
      before { ...ProcessScreen_outlook }
      after { ...ProcessScreen_outlook }
      mapping { from { ...DealScreen_reference } to { ...DealScreen_reference } done follows }
      unmapped { ...DealScreen_reference }
      countingAgain { ...DealScreen_reference }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  subscription DealScreenProgressSubscription($dealId: ID!, $after: FeedCursor) {
    dealProgress(dealId: $dealId, after: $after) {
      cursor
      caughtUp
      event {
        ...DealScreen_event
        ... on DealProcessChanged { fromProcess { ...BoardScreen_process } }
      }
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
    }
  }
`;
