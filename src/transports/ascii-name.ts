import { domainToASCII } from 'node:url';

/** A host name as DNS, TLS and HTTP spell it (RFC 5891); empty when they have no spelling for it. */
export function asciiName(name: string): string {
  // What is plain already stands: domainToASCII reads names as URLs do, and takes "10" for 0.0.0.10.
  if (/^[\w.-]*$/.test(name)) return name;
  // Nor may it cut a name where a URL would end it.
  return /[/\\?#@:[\]]/.test(name) ? '' : domainToASCII(name);
}
