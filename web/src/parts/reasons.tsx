// Why something cannot be done, in the words of the API.
export interface Reason {
  code: string;
  message: string;
}

export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  if (reasons.length === 0) return null;
  return (
    <ul class="reasons">
      {reasons.map((reason, at) => (
        <li key={at}>{reason.message}</li>
      ))}
    </ul>
  );
}
