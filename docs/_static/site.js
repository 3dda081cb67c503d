// The arrows of the side bar have no text: name them for screen readers.
document.querySelectorAll(".bd-sidebar summary").forEach((arrow) => arrow.setAttribute("aria-label", "Show the pages below"));
