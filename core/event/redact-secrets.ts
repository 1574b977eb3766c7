/** Takes keys, tokens, passwords and the like out of a text: by their form, or by the word in front of them. */
export const redactSecrets = (text: string): string => {
  let redacted = text;
  for (const form of FORMS) redacted = redacted.replaceAll(form, SECRET);
  return redacted
    .replaceAll(PREFIXED, (match) => (/\d/.test(match) ? SECRET : match))
    .replaceAll(BEARER, (match, scheme: string, value: string) =>
      /\d/.test(value) || value.length >= 20 ? scheme + SECRET : match,
    )
    .replaceAll(NAMED, `$1${SECRET}`)
    .replaceAll(TOLD, (match, told: string, value: string) => (SECRET_LIKE.test(value) ? told + SECRET : match))
    .replaceAll(AWS_SECRET, (match) => (/\d/.test(match) && /[a-z]/.test(match) && /[A-Z]/.test(match) ? SECRET : match))
    .replaceAll(LONG_RUN, (match) => (looksRandom(match) ? SECRET : match));
};

const SECRET = '[secret]';

const FORMS = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  // JSON web tokens.
  /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  // Keys that name their environment: sk_live_…, pk_test_….
  /(?<![A-Za-z0-9])[a-z]{2,8}_(?:live|test|prod)_[\w-]{6,}/gi,
];

/** Keys that say whose they are; a digit tells them from words. */
const PREFIXED = /(?<![\w-])(?:sk|pk|rk|gh[oprsu]|github_pat|glpat|xox[abeprs]|npm|hf|AIza)[-_]?[\w-]{10,}/g;

const BEARER = /(?<!\p{L})((?:bearer|basic)[ \t]+)([\w.~+/=-]{6,})/giu;

const WORDS =
  'pass(?:word|wd|code|phrase|wort)|pwd|kennwort|mot de passe|contraseña|token|secret|credentials?|(?:api|access|secret|private|partner)[-_ ]?(?:key|token|secret)';
const VALUE = `[^\\s"'\`,;[\\]]{4,}`;

/** `password: …`, `"api_key": "…"`, `token=…`: what follows is a secret, whatever it looks like. */
const NAMED = new RegExp(`(?<!\\p{L})((?:${WORDS})["'\`]?[ \\t]*[:=][ \\t]*["'\`]?)${VALUE}`, 'giu');

/** `my password is …`: what follows may as well be a word. */
const TOLD = new RegExp(`(?<!\\p{L})((?:${WORDS})[ \\t]+(?:is|was|ist|war|est|es)[ \\t]*:?[ \\t]+["'\`]?)(${VALUE})`, 'giu');
const SECRET_LIKE = /\d|[@#$%^&*+=_~!].*[\p{L}\d]/u;

// The form that git-secrets looks for: https://github.com/awslabs/git-secrets
const AWS_SECRET = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;

const LONG_RUN = /(?<![\w-])[\w-]{32,}/g;

/** Letters and digits mixed without a break, not the parts of a UUID or the words of a file name. */
const looksRandom = (match: string): boolean =>
  match.split(/[_-]/).some((part) => part.length >= 16 && /\d/.test(part) && /[a-z]/i.test(part) && new Set(part).size >= 8);
