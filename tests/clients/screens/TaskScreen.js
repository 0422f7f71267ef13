// A task's page; a deal's page lists its tasks with the same.
import { graphql } from "./graphql.js";

graphql`
  fragment TaskScreen_task on Task {
    id
    title
    description
    dueOn
    state
    overdue
    createdAt
    updatedAt
    completedAt
    deal { id title }
    assignee { id name }
    createdBy { id name }
    completedBy { id name }
    completion { id doneAt undoneAt }
    permissions {
      update { allowed blockers { code message nodeId } }
      complete { allowed blockers { code message nodeId } }
      reopen { allowed blockers { code message nodeId } }
      delete { allowed blockers { code message nodeId } }
    }
  }
`;

graphql`
  query TaskScreenQuery($id: ID!) {
    node(id: $id) { ...TaskScreen_task }
  }
`;
