/** Where this process gets secrets from: its environment, and the person at its terminal. */
import { askPassword } from '../credentials/ask-password.ts';
import type { CredentialSpec } from '../credentials/credential-spec.ts';
import type { SecretIo } from '../credentials/read-secret.ts';
import { secretVariables, takeSecrets } from '../credentials/secret-variables.ts';

/** From here on no child of this process inherits a variable that one of these credentials names. */
export function secretIo(
  mayAsk: boolean,
  credentials: ReadonlyMap<string, CredentialSpec>,
): SecretIo {
  const { stdin, stderr } = process;
  const env = takeSecrets(process.env, secretVariables(credentials.values()));
  if (!mayAsk || !stdin.isTTY || !stderr.isTTY) return { env };
  return { env, ask: (question) => askPassword(question, stdin, stderr) };
}
