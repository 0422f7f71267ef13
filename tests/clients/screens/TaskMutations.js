// Every mutation of a task. Each payload brings its page and the deal that it is about.
import { graphql } from "./graphql.js";

graphql`
  mutation TaskMutationsCreateTaskMutation($input: CreateTaskInput!) {
    createTask(input: $input) {
      task { ...TaskScreen_task }
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation TaskMutationsUpdateTaskMutation($input: UpdateTaskInput!) {
    updateTask(input: $input) {
      task { ...TaskScreen_task }
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation TaskMutationsCompleteTaskMutation($input: CompleteTaskInput!) {
    completeTask(input: $input) {
      task { ...TaskScreen_task }
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation TaskMutationsReopenTaskMutation($input: ReopenTaskInput!) {
    reopenTask(input: $input) {
      task { ...TaskScreen_task }
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId }
    }
  }
`;

graphql`
  mutation TaskMutationsDeleteTaskMutation($input: DeleteTaskInput!) {
    deleteTask(input: $input) {
      task { ...TaskScreen_task }
      deletedTaskId
      deal { ...DealScreen_deal process { ...BoardScreen_process } }
      userErrors { code message path nodeId }
    }
  }
`;
