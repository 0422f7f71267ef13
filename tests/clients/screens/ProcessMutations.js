// Every mutation of a process. Each payload brings what the configurator and the board show.
import { graphql } from "./graphql.js";

graphql`
  mutation ProcessMutationsCreateProcessMutation($input: CreateProcessInput!) {
    createProcess(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsUpdateProcessMutation($input: UpdateProcessInput!) {
    updateProcess(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsArchiveProcessMutation($input: ArchiveProcessInput!) {
    archiveProcess(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      defaultProcess { ...ProcessScreen_process }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsUnarchiveProcessMutation($input: UnarchiveProcessInput!) {
    unarchiveProcess(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsAddStageMutation($input: AddStageInput!) {
    addStage(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      stage { id name hint removedAt }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsUpdateStageMutation($input: UpdateStageInput!) {
    updateStage(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      stage { id name hint removedAt }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsMoveStageMutation($input: MoveStageInput!) {
    moveStage(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      stage { id name hint removedAt }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsRemoveStageMutation($input: RemoveStageInput!) {
    removeStage(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      stage { id name hint removedAt }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsAddActionMutation($input: AddActionInput!) {
    addAction(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      action { id name weight removedAt stage { id } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsUpdateActionMutation($input: UpdateActionInput!) {
    updateAction(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      action { id name weight removedAt stage { id } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsSetActionWeightMutation($input: SetActionWeightInput!) {
    setActionWeight(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      action { id name weight removedAt stage { id } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsMoveActionMutation($input: MoveActionInput!) {
    moveAction(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      action { id name weight removedAt stage { id } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsRemoveActionMutation($input: RemoveActionInput!) {
    removeAction(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      action { id name weight removedAt stage { id } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsRestoreStageMutation($input: RestoreStageInput!) {
    restoreStage(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      stage { id name hint removedAt }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsRestoreActionMutation($input: RestoreActionInput!) {
    restoreAction(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      action { id name weight removedAt stage { id } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsSaveProcessMutation($input: SaveProcessInput!) {
    saveProcess(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      version { id number definition { ...ProcessScreen_definition } }
      changes { ...ProcessScreen_change }
      created { clientKey id }
      userErrors { code message path nodeId ...ProcessScreen_error }
    }
  }
`;

graphql`
  mutation ProcessMutationsRestoreProcessVersionMutation($input: RestoreProcessVersionInput!) {
    restoreProcessVersion(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      version { id number definition { ...ProcessScreen_definition } }
      changes { ...ProcessScreen_change }
      userErrors { code message path nodeId ...ProcessScreen_error }
    }
  }
`;

graphql`
  mutation ProcessMutationsImportProcessMutation($input: ImportProcessInput!) {
    importProcess(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      version { id number definition { ...ProcessScreen_definition } }
      changes { ...ProcessScreen_change }
      userErrors { code message path nodeId ...ProcessScreen_error }
    }
  }
`;

graphql`
  mutation ProcessMutationsDuplicateProcessMutation($input: DuplicateProcessInput!) {
    duplicateProcess(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation ProcessMutationsSetDefaultProcessMutation($input: SetDefaultProcessInput!) {
    setDefaultProcess(input: $input) {
      process { ...ProcessScreen_process ...BoardScreen_process }
      previous { ...ProcessScreen_process }
      userErrors { code message path nodeId }
    }
  }
`;
