// Dates and times as the town's clock shows them, whatever the time zone of this computer.

const ZONE = "Europe/Berlin";
const CLOCK = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
const NOW = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE, weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
});
const DUE = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
});
const SECONDS = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit",
});

export const hour = (instant) => CLOCK.format(new Date(instant));
export const now = (instant) => NOW.format(new Date(instant));
export const due = (instant) => DUE.format(new Date(instant));
export const withSeconds = (instant) => SECONDS.format(new Date(instant));

// Two instants on the same day of the town give the same key.
export const dayKey = (instant) => new Date(instant).toLocaleDateString("en-CA", { timeZone: ZONE });

export function day(instant, language) {
  const shape = { timeZone: ZONE, weekday: "long", day: "numeric", month: "long", numberingSystem: "latn", calendar: "gregory" };
  try {
    return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, shape).format(new Date(instant));
  } catch {
    return new Intl.DateTimeFormat("en-GB", shape).format(new Date(instant));
  }
}
