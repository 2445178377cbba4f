// Numbers from the package. The token comes in the fragment of the address, which no browser sends anywhere.

import { language } from "./words";

export interface Refusal {
  code: string;
  message: string;
  hint: string;
}

export class Refused extends Error {
  constructor(readonly said: Refusal) {
    super(said.message);
  }
}

const TOKEN = "loglik-lab-token";

export function keepToken(token: string): void {
  localStorage.setItem(TOKEN, token);
}

async function answered<T>(path: string, options: RequestInit): Promise<T> {
  const headers = { "x-loglik-token": localStorage.getItem(TOKEN) ?? "", "x-loglik-language": language.value };
  let response: Response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Refused({ code: "", message: "", hint: "" }); // the server has ended: the page says so
  }
  const body: unknown = await response.json();
  if ((body as { schema?: string }).schema === "loglik.error/1") throw new Refused(body as Refusal);
  return body as T;
}

export const ask = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  answered<T>(path, signal ? { signal } : {});

export const compute = <T>(path: string, body: object, signal?: AbortSignal): Promise<T> =>
  answered<T>(path, { method: "POST", body: JSON.stringify(body), ...(signal ? { signal } : {}) });

export const upload = <T>(path: string, file: Blob): Promise<T> => answered<T>(path, { method: "POST", body: file });
