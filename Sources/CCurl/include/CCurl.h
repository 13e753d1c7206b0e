#ifndef FAIRWAY_CCURL_H
#define FAIRWAY_CCURL_H

// libcurl's option functions are variadic, and Swift imports no variadic function. Each wrapper below fixes
// the one argument type that its group of options takes; passing an option of another group is an error
// libcurl cannot detect.

#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

typedef size_t (*fw_data_callback)(char *bytes, size_t size, size_t count, void *context);
typedef curl_socket_t (*fw_open_socket_callback)(void *context, curlsocktype purpose,
                                                 struct curl_sockaddr *address);

static const long fw_auth_bearer = (long)CURLAUTH_BEARER;
static const long fw_auth_basic = (long)CURLAUTH_BASIC;

static inline CURLcode fw_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

static inline CURLcode fw_easy_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode fw_easy_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode fw_easy_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode fw_easy_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode fw_easy_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode fw_easy_set_data_callback(CURL *handle, CURLoption option, fw_data_callback value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode fw_easy_set_open_socket(CURL *handle, fw_open_socket_callback value) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, value);
}

// Lets a transfer go on that its write callback has paused.
static inline CURLcode fw_easy_resume(CURL *handle) { return curl_easy_pause(handle, CURLPAUSE_CONT); }

static inline CURLcode fw_easy_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode fw_easy_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode fw_easy_get_string(CURL *handle, CURLINFO info, const char **value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode fw_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// A finished transfer; `handle` is NULL when there is none.
typedef struct {
    CURL *handle;
    CURLcode code;
} fw_finished;

static inline fw_finished fw_multi_next_finished(CURLM *multi) {
    fw_finished finished = {NULL, CURLE_OK};
    int remaining = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &remaining)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            finished.handle = message->easy_handle;
            finished.code = message->data.result;
            break;
        }
    }
    return finished;
}

// Copies the network-order address of an IPv4 or IPv6 socket address to `bytes` (16 bytes).
// Returns its length, 4 or 16, or 0 for any other family.
static inline int fw_sockaddr_bytes(const struct curl_sockaddr *address, unsigned char *bytes) {
    if (address->family == AF_INET && address->addrlen >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in ipv4;
        memcpy(&ipv4, &address->addr, sizeof ipv4);
        memcpy(bytes, &ipv4.sin_addr, 4);
        return 4;
    }
    if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 ipv6;
        memcpy(&ipv6, &address->addr, sizeof ipv6);
        memcpy(bytes, &ipv6.sin6_addr, 16);
        return 16;
    }
    return 0;
}

#endif
