# An administrator's installation and a user's beside each other. The user's programs have no right to write
# the machine's part of the registry, which Wine sees to; files it would let them write. Sourced by run.sh.
# shellcheck shell=bash
everybodys='C:\scardssp-all\scardssp.dll'
own_folder=$(find "$drive/users" -maxdepth 3 -path '*/AppData/Local' | grep -v /Public/ | head -n 1)/scardssp/win$bits
own="C:${own_folder#"$drive"}\\scardssp.dll"
own=${own//\//\\}

administrator_installs() {
    as_administrator install 'C:\scardssp-all' && is_registered HKLM "$everybodys" && kept=$(state_of "$drive/scardssp-all")
}

is_everybodys_kept() {
    [ "$(state_of "$drive/scardssp-all")" = "$kept" ] && is_registered HKLM "$everybodys"
}

user_is_refused() {
    fails as_user install 'C:\scardssp-all' && says 'An administrator has installed scardssp for everybody' &&
        says 'Nothing was changed.' && is_everybodys_kept && is_registered HKCU '' &&
        fails as_user uninstall '' 'C:\scardssp-all' && says 'An administrator has installed scardssp for everybody in "C:\scardssp-all"' && is_everybodys_kept &&
        fails as_user uninstall && says 'An administrator has installed scardssp for everybody' && is_everybodys_kept
}

user_installs() {
    as_user install && says 'scardssp is installed for you alone, in' &&
        says 'Programs that run as administrator do not see it' && says "An administrator has installed it for everybody: \"$everybodys\"" &&
        is_registered HKCU "$own" && is_whole "$own_folder" && is_everybodys_kept && works
}

administrator_replaces() {
    as_administrator install 'C:\scardssp-all' && says "For you alone there is another one, which goes before it: \"$own\"" &&
        is_registered HKCU "$own" && is_everybodys_kept
}

administrator_removes() {
    as_administrator uninstall && says "You have one for yourself alone, which stays: \"$own\"" && is_registered HKLM '' &&
        is_registered HKCU "$own" && is_whole "$own_folder" && [ ! -e "$drive/scardssp-all" ] &&
        fails as_administrator uninstall && says 'scardssp is installed for you alone' && is_whole "$own_folder"
}

user_removes() {
    as_user uninstall && says "An administrator has installed one for everybody, which stays: \"$everybodys\"" &&
        is_registered HKCU '' && [ ! -e "$own_folder" ] && is_everybodys_kept && works
}

user_removes_in_place() {
    as_user install && as_user uninstall '' "${own%\\scardssp.dll}" && is_registered HKCU '' && is_empty "$own_folder" &&
        is_everybodys_kept
}

# What any program of the user may write into the registry is neither a command nor a library to be loaded.
distrusts_user() {
    local key="HKCU\\Software\\Classes\\CLSID\\$class"
    wine reg add "$key\\InprocServer32" /ve /d 'C:\x" & md pwned & "\scardssp.dll' /f > /dev/null
    as_administrator install 'C:\scardssp-all' && as_administrator uninstall && fails as_administrator uninstall &&
        says 'is installed for you alone' && fails as_user uninstall
    local status=$?
    wine reg delete "$key" /f > /dev/null
    return "$status"
}

check 'an administrator installs for everybody' administrator_installs
check 'a user can neither replace nor remove that' user_is_refused
check 'a user installs beside it, and is told what counts' user_installs
check 'an administrator replaces his own, and is told of the other' administrator_replaces
check 'a user removes his own, and the other stays' user_removes
check 'a user removes his own from its folder' user_removes_in_place
check 'a user installs once more' user_installs
check 'an administrator removes his own, and the other stays' administrator_removes
check 'a user removes the last one' as_user uninstall
check 'what the user has in the registry is no command' distrusts_user
