// The words of processes and their configurator.
import { texts } from "../language";
import { en } from "./en/configurator";
import { pl } from "./pl/configurator";

export const configurator = texts({ en, pl });
