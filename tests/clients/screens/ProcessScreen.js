// The configurator: a process with all its stages and actions, and the versions it has had.
import { graphql } from "./graphql.js";

graphql`
  fragment ProcessScreen_process on Process {
    id
    name
    description
    version
    totalWeight
    isDefault
    archivedAt
    createdAt
    configure { allowed blockers { code message nodeId } }
    latest { id number savedAt message author { id name } }
    versions(first: 20) { totalCount nodes { id number message } }
    stages {
      id
      name
      hint
      removedAt
      actions {
        id
        name
        hint
        weight
        share
        mandatory
        evidence
        removedAt
        performers { group members { id name } }
        notify { groups members { id name } }
        followUps { title description assignee dueInDays assigneeMember { id name } }
        stage { id name }
      }
    }
  }
`;

graphql`
  query ProcessScreenQuery($id: ID!) {
    process(id: $id) { ...ProcessScreen_process }
  }
`;

graphql`
  fragment ProcessScreen_definition on ProcessDefinition {
    name
    description
    stages { stageId name hint actions { ...ProcessScreen_action } }
  }
`;

graphql`
  fragment ProcessScreen_action on ActionDefinition {
    actionId
    name
    hint
    weight
    mandatory
    evidence
    performers { group members { id name } }
    notify { groups members { id name } }
    followUps { title description assignee dueInDays assigneeMember { id name } }
  }
`;

graphql`
  fragment ProcessScreen_stage on StageDefinition {
    stageId
    name
    hint
    actions { ...ProcessScreen_action }
  }
`;

graphql`
  fragment ProcessScreen_change on ProcessChange {
    __typename
    stageId
    actionId
    summary
    ... on ProcessRenamed { from to }
    ... on ProcessDescriptionChanged { from to }
    ... on StageAdded { afterId stage { ...ProcessScreen_stage } }
    ... on StageRenamed { from to }
    ... on StageHintChanged { name from to }
    ... on StageMoved { name afterId }
    ... on StageRemoved { stage { ...ProcessScreen_stage } }
    ... on ActionAdded { afterId action { ...ProcessScreen_action } }
    ... on ActionRenamed { from to }
    ... on ActionMoved { name afterId fromStageId fromStageName toStageName }
    ... on WeightChanged { name fromWeight toWeight }
    ... on SettingsChanged {
      name
      settings
      before { ...ProcessScreen_action }
      after { ...ProcessScreen_action }
    }
    ... on ActionRemoved { action { ...ProcessScreen_action } }
  }
`;

graphql`
  fragment ProcessScreen_preview on ProcessPreview {
    definition { ...ProcessScreen_definition }
    changes { ...ProcessScreen_change }
    impact {
      openDeals
      stageChanges
      progressRises
      progressFalls
      largestFall
      winsBlocked
      winsUnblocked
      completionsDropped
      deals(kind: PROGRESS_FALL, first: 10) {
        totalCount
        nodes { before { ...ProcessScreen_outlook } after { ...ProcessScreen_outlook } deal { id title } }
      }
    }
    userErrors { ...ProcessScreen_error code message path nodeId }
  }
`;

graphql`
  fragment ProcessScreen_outlook on DealOutlook {
    stageId
    stageName
    percent
    doneWeight
    totalWeight
    canBeWon
  }
`;

graphql`
  fragment ProcessScreen_error on UserError {
    code
    ... on FileError { line column }
    ... on VersionConflict {
      expectedVersion
      currentVersion
      overlapping
      theirs { ...ProcessScreen_change }
      yours { ...ProcessScreen_change }
      process { ...ProcessScreen_process }
    }
  }
`;

graphql`
  query ProcessScreenPreviewQuery($input: SaveProcessInput!) {
    processPreview(input: $input) { ...ProcessScreen_preview }
  }
`;

graphql`
  query ProcessScreenRestorePreviewQuery($input: RestoreProcessVersionInput!) {
    restorePreview(input: $input) { ...ProcessScreen_preview }
  }
`;

graphql`
  query ProcessScreenImportPreviewQuery($input: ImportProcessInput!) {
    importPreview(input: $input) { ...ProcessScreen_preview }
  }
`;

graphql`
  query ProcessScreenTemplatesQuery {
    processTemplates {
      key
      language
      name
      description
      totalWeight
      file
      stages {
        name
        hint
        actions {
          name
          hint
          weight
          mandatory
          evidence
          performers { group members { id name } }
          notify { groups members { id name } }
          followUps { title description assignee dueInDays assigneeMember { id name } }
        }
      }
    }
  }
`;

graphql`
  query ProcessScreenVersionQuery($id: ID!, $number: Int!) {
    process(id: $id) {
      id
      versionAt(number: $number) {
        id
        number
        definition { ...ProcessScreen_definition }
        changes { ...ProcessScreen_change }
      }
    }
  }
`;

graphql`
  query ProcessScreenVersionsQuery($id: ID!) {
    process(id: $id) {
      id
      versions(first: 50) {
        nodes {
          id
          number
          definition { ...ProcessScreen_definition }
          changes { ...ProcessScreen_change }
        }
      }
    }
  }
`;

graphql`
  query ProcessScreenDiffQuery($id: ID!, $from: Int!, $to: Int!) {
    processDiff(id: $id, from: $from, to: $to) { ...ProcessScreen_change }
  }
`;

graphql`
  subscription ProcessScreenSavedSubscription($processId: ID!, $after: FeedCursor) {
    processSaved(processId: $processId, after: $after) {
      cursor
      caughtUp
      version {
        id
        number
        definition { ...ProcessScreen_definition }
        changes { ...ProcessScreen_change }
      }
      changes { ...ProcessScreen_change }
      process { ...ProcessScreen_process ...BoardScreen_process }
    }
  }
`;
