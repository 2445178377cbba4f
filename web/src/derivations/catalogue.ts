import { Signal } from "../signal";

export interface Listed {
  name: string;
  title: string;
  uses: string[];
}

/** All derivations, each after those it uses. */
export const derivations = new Signal<Listed[]>([]);
