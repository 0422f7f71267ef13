// People who are chosen, and a field to choose more.
import { IconButton } from "../parts/button";
import { Avatar } from "../parts/show";
import { PeoplePicker } from "../people/picker";
import { configurator as texts } from "../texts/configurator";
import type { Person } from "./tree";

interface Props {
  people: Person[];
  onChange: (people: Person[]) => void;
  /** One at most. */
  single?: boolean;
  label?: string;
}

export function People({ people, onChange, single, label = texts().addPerson }: Props) {
  const t = texts();
  return (
    <div class="cfg-people">
      {people.length > 0 && (
        <ul>
          {people.map(({ id, name }) => (
            <li key={id} class="cfg-person">
              <Avatar name={name} id={id} />
              <span>{name}</span>
              <IconButton
                icon="close"
                label={t.removePerson(name)}
                onClick={() => onChange(people.filter((one) => one.id !== id))}
              />
            </li>
          ))}
        </ul>
      )}
      {!(single && people.length > 0) && (
        <PeoplePicker
          label={label}
          without={people.map(({ id }) => id)}
          onPick={({ id, name }) => onChange([...people, { id, name }])}
        />
      )}
    </div>
  );
}
