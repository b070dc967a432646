// First run: the device knows its time zone, so nobody has to look for it in a list of hundreds.
const select = document.querySelector("select[data-guess-zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

if (select?.value === "UTC" && [...select.options].some((option) => option.value === zone)) select.value = zone;
