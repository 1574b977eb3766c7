import { redactAccountNumbers, redactCardNumbers } from './redact-cards.ts';
import { redactPhoneNumbers } from './redact-phones.ts';
import { redactSecrets } from './redact-secrets.ts';

/**
 * Takes out of a text what must never be stored: email addresses, phone numbers, card and account numbers, secrets.
 * Names of persons are not detected. Redacting twice gives the same as redacting once; the time taken grows with the
 * text's length and no faster, whatever the text is.
 */
export const redact = (text: string): string => {
  // A replacement can lay bare the edge of another match, so the rules run until nothing changes. That ends: a match never
  // holds a bracket, so each one takes characters away that no placeholder brings back.
  let before: string;
  let after = text;
  do {
    before = after;
    after = RULES.reduce((redacted, rule) => rule(redacted), before);
  } while (after !== before);
  return after;
};

// Longest labels and names of the domain name system: RFC 1035, 2.3.4; local parts: RFC 5321, 4.5.3.1.1.
const EMAIL = /[\p{L}\p{N}_.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,30}\p{L}{2,24}(?![\p{L}\p{N}])/gu;

const redactEmails = (text: string): string => text.replaceAll(EMAIL, '[email]');

const RULES = [redactSecrets, redactEmails, redactAccountNumbers, redactCardNumbers, redactPhoneNumbers];
